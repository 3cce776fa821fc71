"""docs/errors.md is what docs/generate.py writes now."""

import importlib.util

from conftest import ROOT


def test_the_page_of_errors_is_up_to_date(request):
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs/generate.py")
    generate = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generate)
    page = ROOT / "docs/errors.md"
    if request.config.getoption("--update"):
        page.write_text(generate.page())
    assert page.read_text() == generate.page(), "docs/errors.md is old: run ./dev docs and read it"
