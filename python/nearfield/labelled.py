"""Kernels on arrays with labels: xarray's DataArrays keep dimensions and coordinates, pandas' Series their index."""

import numpy as np

from . import _core


def is_labelled(value):
    """True for an xarray DataArray or a pandas Series."""
    module, _, _ = type(value).__module__.partition(".")
    return (module == "xarray" and type(value).__name__ == "DataArray") or (module == "pandas" and type(value).__name__ == "Series")


def call_stencil(kernel, args, keywords):
    """The labelled result of a stencil."""
    if keywords.get("out") is not None:
        raise _no_keyword(kernel, "out", "use the result, or give x.values")
    labelled = next(a for a in args if is_labelled(a))
    if type(labelled).__module__.startswith("pandas"):
        return _call_on_series(kernel, args, keywords)
    if not is_labelled(args[0]):
        raise TypeError(f"`{kernel.__name__}`: the first array gives the dimensions, so it is to be the DataArray")
    rank, footprint = _core.stencil_info(kernel, [_type_of(a) for a in args], keywords.get("mode"), keywords.get("dtype"))[:2]
    core = args[0].dims[args[0].ndim - rank :]
    groups = [core if set(core) <= set(getattr(a, "dims", ())) else () for a in args]
    result = _apply(kernel, args, groups, [core] * _results(kernel, args, keywords), keywords)
    if (keywords.get("mode") or kernel.options["mode"]) != "valid":
        return result
    inside = {dim: slice(-lo, max(args[0].sizes[dim] - hi, -lo)) for dim, (lo, hi) in zip(core, footprint)}
    coordinates = {name: c.isel({d: s for d, s in inside.items() if d in c.dims}) for name, c in args[0].coords.items()}
    several = isinstance(result, tuple)
    labelled = tuple(one.assign_coords(coordinates) for one in (result if several else (result,)))
    return labelled if several else labelled[0]


def call_gufunc(gufunc, inputs, outs, keywords):
    """The labelled result of a generalised ufunc: its core dimensions are the last ones of each input."""
    if any(out is not None for out in outs):
        raise _no_keyword(gufunc, "out", "use the result, or give x.values")
    for name in keywords.keys() & {"axis", "axes", "keepdims"}:
        raise _no_keyword(gufunc, name, "the core dimensions are the last ones, and x.transpose(...) brings others there")
    names, groups = {}, []
    for value, group in zip(inputs, gufunc._inputs):
        dims = value.dims[value.ndim - len(group) :] if group and hasattr(value, "dims") else group
        names.update(zip(group, dims))
        groups.append(tuple(dims))
    outputs = [tuple(names.get(dim, dim) for dim in group) for group in gufunc._outputs]
    return _apply(gufunc, inputs, groups, outputs, keywords)


def _no_keyword(function, name, instead):
    return TypeError(f"`{function.__name__}`: with labelled arrays there is no {name}=: {instead}")


def _apply(function, args, groups, outputs, keywords):
    import xarray

    core = {dim for group in groups for dim in group}
    kept = set.intersection(*(set(group) for group in outputs)) if outputs else set()
    return xarray.apply_ufunc(
        function,
        *args,
        input_core_dims=[list(group) for group in groups],
        output_core_dims=[list(group) for group in outputs],
        exclude_dims=core if keywords.get("mode", _mode_of(function)) == "valid" else core - kept,
        join="exact",
        dask="allowed",
        keep_attrs=True,
        kwargs={name: value for name, value in keywords.items() if value is not None},
    )


def _mode_of(function):
    return function.options["mode"] if isinstance(function, _core.Kernel) else None


def _type_of(value):
    return (value.dtype, value.ndim) if hasattr(value, "ndim") and not isinstance(value, np.generic) else value


def _results(kernel, args, keywords):
    return len(_core.stencil_info(kernel, [_type_of(a) for a in args], keywords.get("mode"), keywords.get("dtype"))[2])


def _call_on_series(kernel, args, keywords):
    """The values' result with the index of the first Series; other Series must have the same."""
    first = next(a for a in args if is_labelled(a))
    for a in args:
        if is_labelled(a) and not a.index.equals(first.index):
            raise ValueError(f"`{kernel.__name__}`: the indexes of the Series differ: align them first, a.align(b)")
    values = [a.to_numpy() if is_labelled(a) else a for a in args]
    index = first.index
    if (keywords.get("mode") or kernel.options["mode"]) == "valid":
        _, [(lo, hi)], *_ = _core.stencil_info(kernel, [_type_of(v) for v in values], keywords.get("mode"), keywords.get("dtype"))
        index = index[-lo : max(len(index) - hi, -lo)]
    result = kernel(*values, **keywords)
    label = lambda values: type(first)(values, index=index, name=first.name)  # noqa: E731
    return tuple(map(label, result)) if isinstance(result, tuple) else label(result)
