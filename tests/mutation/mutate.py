"""Changes one place of the program at a time and asks the tests whether they notice.

    python tests/mutation/mutate.py [--sample N] [--seed S] FILE… -- PYTEST-ARGUMENTS…

Each mutant is one node of the file's syntax tree changed: a comparison turned or widened, a number one more or less, a
condition always or never so, `and` for `or`, an operand left out, `not` taken away, `+` for `-`, a statement or a
`raise` left out, a text (of a format, a key or a pattern) made longer. What an error says, docstrings, annotations
and decorators are left alone: the first has its own tests, and the others change nothing that is drawn.

A mutant is never written to the disk. The parent has imported pytest and hypothesis and nothing of the program; for
each mutant it forks, and in the child the loader gives the changed code for that one file, whoever imports it and
however (the verifier is loaded by its path). So a mutant costs what its tests cost, up to the first that fails. A
child that needs more than CPU_S of the processor is called killed as well: a test would hang.

It prints each survivor, and at the end how many were killed. Survivors are looked at by a person: docs/TESTING.md says
of each why it may live.
"""

import argparse
import ast
import copy
import importlib.machinery
import os
import resource
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random, SystemRandom
from types import CodeType
from typing import Any

import hypothesis  # noqa: F401  # imported before the forks, so that no child has to
import pytest

CPU_S = 180

Change = Callable[[Any], object]
Mutant = tuple[int, str, int, Change]
"""The line, what is changed, the node's number in the order of ast.walk, and how."""

_SWAPS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip


def mutants(tree: ast.Module) -> Iterator[Mutant]:
    quiet = _left_alone(tree)
    for number, node in enumerate(ast.walk(tree)):
        if id(node) in quiet or not hasattr(node, "lineno"):
            continue
        written = " ".join(ast.unparse(node).split())[:90]
        for what, change in _changes(node):
            yield node.lineno, f"{what}: {written}", number, change


def _left_alone(tree: ast.Module) -> set[int]:
    """Docstrings, annotations, imports, decorators (`frozen=True`), and what is given to an error."""
    roots: list[ast.AST] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            roots.append(node)
        if isinstance(node, ast.AnnAssign | ast.arg) and node.annotation:
            roots.append(node.annotation)
        if isinstance(node, ast.FunctionDef) and node.returns:
            roots.append(node.returns)
        if isinstance(node, ast.Raise):
            roots.extend(ast.iter_child_nodes(node))
        if isinstance(node, ast.Import | ast.ImportFrom):
            roots.append(node)
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            roots.extend(node.decorator_list)
    return {id(node) for root in roots for node in ast.walk(root)}


def _changes(node: ast.AST) -> Iterator[tuple[str, Change]]:
    if isinstance(node, ast.Compare):
        for place, operator in enumerate(node.ops):
            yield "turned", _put(place, _SWAPS[type(operator)]())
    if isinstance(node, ast.Constant):
        if type(node.value) is int:
            yield "one more", lambda at: setattr(at, "value", at.value + 1)
            yield "one less", lambda at: setattr(at, "value", at.value - 1)
        elif type(node.value) is bool:
            yield "turned", lambda at: setattr(at, "value", not at.value)
        elif type(node.value) is str:
            yield "longer", lambda at: setattr(at, "value", at.value + "X")
    if isinstance(node, ast.If | ast.IfExp | ast.While):
        yield "never", lambda at: setattr(at, "test", ast.Constant(False))
        if not isinstance(node, ast.While):
            yield "always", lambda at: setattr(at, "test", ast.Constant(True))
    if isinstance(node, ast.comprehension):
        for place in range(len(node.ifs)):
            yield "without its if", _without("ifs", place)
    if isinstance(node, ast.BoolOp):
        other = ast.Or if isinstance(node.op, ast.And) else ast.And
        yield "and for or", lambda at: setattr(at, "op", other())
        for place in range(len(node.values)):
            yield f"without operand {place + 1}", _without("values", place)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield "without not", lambda at: setattr(at, "operand", ast.UnaryOp(ast.Not(), at.operand))
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
        turned = ast.Sub if isinstance(node.op, ast.Add) else ast.Add
        yield "+ for -", lambda at: setattr(at, "op", turned())
    if isinstance(node, ast.Raise | ast.Expr | ast.AugAssign | ast.Break | ast.Continue):
        yield "left out", lambda at: setattr(at, "left_out", True)


def _put(place: int, operator: ast.cmpop) -> Change:
    return lambda at: at.ops.__setitem__(place, operator)


def _without(list_name: str, place: int) -> Change:
    def change(at: Any) -> None:
        left = getattr(at, list_name)
        del left[place]
        if list_name == "values" and len(left) == 1:
            left.append(left[0])  # `and` and `or` have two operands at least: the one that is left, twice

    return change


class _LeaveOut(ast.NodeTransformer):
    def visit(self, node: ast.AST) -> Any:
        node = self.generic_visit(node)
        return ast.copy_location(ast.Pass(), node) if hasattr(node, "left_out") else node


def built(tree: ast.Module, mutant: Mutant, path: str) -> CodeType:
    changed = copy.deepcopy(tree)
    *_, number, change = mutant
    change(next(node for place, node in enumerate(ast.walk(changed)) if place == number))
    whole: ast.Module = ast.fix_missing_locations(_LeaveOut().visit(changed))
    return compile(whole, path, "exec")


def survives(path: Path, code: CodeType, tests: list[str]) -> bool:
    """Whether the tests pass with this code in the place of the file's own."""
    sys.stdout.flush()
    if (child := os.fork()) == 0:
        null = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(null, stream)
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
        loader: Any = importlib.machinery.SourceFileLoader
        own: Callable[[object, str], CodeType | None] = loader.get_code

        def get_code(self: importlib.machinery.SourceFileLoader, name: str) -> CodeType | None:
            return code if Path(self.path) == path else own(self, name)

        loader.get_code = get_code
        # Exactly 0: a mutant that cannot even be imported, or a test that ends the process, is noticed too.
        os._exit(pytest.main(["-x", "-q", "-n0", "-p", "no:cacheprovider", *tests]))
    return os.waitpid(child, 0)[1] == 0


def main() -> None:
    words = sys.argv[1:]
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--sample", type=int, help="so many of all mutants, by chance")
    parser.add_argument("--seed", type=int, default=SystemRandom().getrandbits(32), help="of the sample")
    split = words.index("--")
    options, tests = parser.parse_args(words[:split]), words[split + 1 :]
    trees = {path.resolve(): ast.parse(path.read_text(encoding="utf-8")) for path in options.files}
    every = [(path, mutant) for path, tree in trees.items() for mutant in mutants(tree)]
    chosen = every
    if options.sample:
        chosen = Random(options.seed).sample(every, min(options.sample, len(every)))
    first, whole = next(iter(trees.items()))
    if not survives(first, compile(whole, str(first), "exec"), tests):
        sys.exit("the tests fail without any change")
    print(f"{len(every)} mutants, {len(chosen)} tried, seed {options.seed}")
    killed = 0
    for number, (path, mutant) in enumerate(chosen, 1):
        line, what, *_ = mutant
        alive = survives(path, built(trees[path], mutant, str(path)), tests)
        killed += not alive
        if alive:
            print(f"survived: {path.relative_to(Path.cwd())}:{line} {what}", flush=True)
        if number % 50 == 0:
            print(f"{number} tried, {killed} killed", flush=True)
    print(f"{killed} of {len(chosen)} killed, {killed / len(chosen):.1%}")


if __name__ == "__main__":
    main()
