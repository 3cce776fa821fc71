# run: tree
a = b = 1
a, (b, *c) = d
a[i] += 1; a.b **= 2
count: int
count: "int64" = 0
return
return a, b
raise ValueError("bad") from error
assert a, "why"
import numpy as np, os.path, numpy.linalg as la
from math import sqrt, pi as π
from ..package import (one,
                       two,)
from numpy import *
pass
break
continue
# ---- expect (./dev test --update)
# Assign  2:1-10
#   target: Name a  2:1-2
#   target: Name b  2:5-6
#   value: Integer 1  2:9-10
# Assign  3:1-15
#   target: Tuple  3:1-11
#     Name a  3:1-2
#     Tuple  3:4-11
#       Name b  3:5-6
#       Starred  3:8-10
#         Name c  3:9-10
#   value: Name d  3:14-15
# AugAssign +  4:1-10
#   target: Subscript  4:1-5
#     Name a  4:1-2
#     index: Name i  4:3-4
#   value: Integer 1  4:9-10
# AugAssign **  4:12-21
#   target: Attribute b  4:12-15
#     Name a  4:12-13
#   value: Integer 2  4:20-21
# AnnAssign  5:1-11
#   target: Name count  5:1-6
#   annotation: Name int  5:8-11
# AnnAssign  6:1-19
#   target: Name count  6:1-6
#   annotation: String "int64"  6:8-15
#   value: Integer 0  6:18-19
# Return  7:1-7
# Return  8:1-12
#   Tuple  8:8-12
#     Name a  8:8-9
#     Name b  8:11-12
# Raise  9:1-35
#   Call  9:7-24
#     function: Name ValueError  9:7-17
#     argument: String "bad"  9:18-23
#   from: Name error  9:30-35
# Assert  10:1-16
#   Name a  10:8-9
#   message: String "why"  10:11-16
# Import numpy as np, os as os, numpy.linalg as la  11:1-48
# Import math:sqrt as sqrt, math:pi as π  12:1-31
# Import ..package:one as one, ..package:two as two  13:1-14:29
# Import numpy:* as *  15:1-20
# Pass  16:1-5
# Break  17:1-6
# Continue  18:1-9
