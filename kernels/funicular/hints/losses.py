"""What is lost if a loop's body runs on a worker's copy: writes to what the iteration has not made."""

from __future__ import annotations

import ast

from funicular.hints.cell import Cell
from funicular.hints.edits import CannotEdit
from funicular.hints.keeps import statements_in
from funicular.hints.names import bound


def must_lose_nothing(loop: ast.For, cell: Cell, kept: set[ast.stmt]) -> None:
    """Whatever else the body writes to was made in this iteration: all else is lost."""
    made = _made_here(loop, cell)
    for statement in statements_in(loop.body):
        if statement in kept:
            continue
        match statement:
            case ast.Assign(targets=targets) | ast.Delete(targets=targets):
                written = [root_of(each) for target in targets for each in _places(target)]
            case ast.AugAssign(target=ast.Name(name)):
                written = [name]
            case ast.AugAssign(target=target) | ast.AnnAssign(target=target) | ast.For(target=target):
                written = [root_of(each) for each in _places(target)]
            case ast.Expr(ast.Call(ast.Attribute(value=receiver))):
                written = [root_of(receiver)]
            case ast.Expr(ast.Call() | ast.Await() | ast.Yield() | ast.YieldFrom()) | ast.With():
                written = [] if isinstance(statement, ast.With) else [None]
            case _:
                written = []
        if any(root is None or root not in made for root in written):
            raise CannotEdit("keeps-elsewhere")


def _places(target: ast.expr) -> list[ast.expr]:
    """The elements and attributes that an assignment writes to; names are the function's own."""
    return [
        each
        for each in ast.walk(target)
        if isinstance(each, ast.Subscript | ast.Attribute) and _is_stored(each)
    ]


def _is_stored(node: ast.Subscript | ast.Attribute) -> bool:
    return isinstance(node.ctx, ast.Store | ast.Del)


def root_of(node: ast.expr) -> str | None:
    """``a`` of ``a[i].b[j]``; ``None`` of anything else."""
    while isinstance(node, ast.Subscript | ast.Attribute | ast.Starred):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None


FRESH = {
    "bytearray",
    "dict",
    "list",
    "set",
    "sorted",
    "float",
    "int",
    "str",
    "abs",
    "sum",
    "len",
    "max",
    "min",
}
FRESH_NUMPY = {
    "arange", "array", "copy", "empty", "empty_like", "eye", "full", "full_like", "linspace", "ones",
    "ones_like", "zeros", "zeros_like",
}  # fmt: skip
FRESH_ORIGINS = {f"numpy.{name}" for name in FRESH_NUMPY} | {
    f"collections.{name}" for name in ("Counter", "OrderedDict", "defaultdict", "deque")
}


def _made_here(loop: ast.For, cell: Cell) -> set[str]:
    """Names that hold, at every binding in the body, something new that nothing outside shares."""
    new, old = set[str](), bound([loop.target])
    for statement in statements_in(loop.body):
        match statement:
            case ast.Assign([ast.Name(name)], value) if _is_fresh(value, cell):
                new.add(name)
            case ast.AugAssign():
                pass
            case _:
                parts = [each for each in ast.iter_child_nodes(statement) if not isinstance(each, ast.stmt)]
                old |= bound(parts)
    return new - old


def _is_fresh(value: ast.expr, cell: Cell) -> bool:
    match value:
        case (
            ast.Constant()
            | ast.List()
            | ast.Dict()
            | ast.Set()
            | ast.ListComp()
            | ast.DictComp()
            | ast.SetComp()
        ):
            return True
        case ast.JoinedStr() | ast.BinOp() | ast.Compare():
            return True
        case ast.Call(ast.Name(name)) if name in FRESH and name not in cell.program.rebound:
            return True
        case ast.Call(ast.Attribute(attr="copy"), [], []):
            return True
        case ast.Call(function):
            return cell.origin(function) in FRESH_ORIGINS
    return False
