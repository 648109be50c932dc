"""Exact decimal arithmetic of formulas that editors write: worked examples and the numbers behind figures.

Nothing is executed: a formula is parsed into Python's syntax tree, and only numbers, names, ``+ - * / **``, ``min`` and
``max`` are evaluated, with bounds on length, depth, exponent and size.
"""

import ast
import decimal
from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

from core.errors import DomainError

MAX_LENGTH = 300
MAX_DEPTH = 40
MAX_EXPONENT = 1000
MAX_SIZE = Decimal("1e15")
MAX_DECIMALS = 10
_PRECISION = 40
# What editors type instead of the operators of the keyboard.
_SIGNS = str.maketrans({"×": "*", "÷": "/", "−": "-", "＋": "+", "（": "(", "）": ")", "，": ","})

Environment = Mapping[str, Decimal]


class FormulaError(DomainError):
    """A formula cannot be computed; the message says where."""


def evaluate(formula: str, names: Environment | None = None) -> Decimal:
    """Return the unrounded value of ``formula``; raise ``FormulaError`` with a Chinese sentence when there is none."""
    tree = _parse(formula.translate(_SIGNS).strip())
    with decimal.localcontext(decimal.Context(prec=_PRECISION)):
        try:
            value = _value(tree.body, names or {}, 0)
        except decimal.DecimalException as error:
            raise FormulaError(_("算式算不出一个数，请检查。")) from error
    return value


def round_half_up(value: Decimal, decimals: int) -> Decimal:
    """Return ``value`` to ``decimals`` places; a half goes away from zero, as people round by hand."""
    if not 0 <= decimals <= MAX_DECIMALS:
        raise FormulaError(_("小数位数要在 0 到 %(max)s 之间。") % {"max": MAX_DECIMALS})
    with decimal.localcontext(decimal.Context(prec=_PRECISION)):
        rounded = value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
        return rounded or abs(rounded)


def read_number(text: str) -> Decimal:
    """Return the number that ``text`` states (thousands separators allowed); raise ``FormulaError`` otherwise."""
    try:
        number = Decimal(text.strip().replace(",", "").replace("，", "").replace("−", "-"))
    except decimal.InvalidOperation as error:
        raise FormulaError(_("“%(text)s”不是一个数。") % {"text": text}) from error
    if not number.is_finite():
        raise FormulaError(_("“%(text)s”不是一个数。") % {"text": text})
    return _bounded(number)


def check_result(formula: str, names: Environment, *, decimals: int, result: str) -> Decimal:
    """Return the unrounded value; raise ``FormulaError`` when it does not round to the stated ``result``."""
    value = evaluate(formula, names)
    computed = round_half_up(value, decimals)
    if computed != read_number(result):
        raise FormulaError(
            _("写的是 %(stated)s，按算式得 %(computed)s。请改算式或改结果。")
            % {"stated": result, "computed": f"{computed:f}"}
        )
    return value


def _parse(formula: str) -> ast.Expression:
    if not formula:
        raise FormulaError(_("请写算式。"))
    if len(formula) > MAX_LENGTH:
        raise FormulaError(_("算式太长，请分成几行。"))
    try:
        return ast.parse(formula, mode="eval")
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        raise FormulaError(_("算式“%(formula)s”写得不完整，请检查括号和运算符号。") % {"formula": formula}) from error


def _value(node: ast.expr, names: Environment, depth: int) -> Decimal:
    if depth > MAX_DEPTH:
        raise FormulaError(_("算式套得太深，请分成几行。"))
    reader = _READERS.get(type(node))
    if reader is None:
        raise FormulaError(_("算式里只能用数、名字、加减乘除、乘方 **、括号、min 和 max。"))
    return _bounded(reader(node, names, depth + 1))


def _bounded(number: Decimal) -> Decimal:
    if abs(number) > MAX_SIZE:
        raise FormulaError(_("算出来的数太大，请检查算式。"))
    return number


def _constant(node: ast.Constant, names: Environment, depth: int) -> Decimal:
    if isinstance(node.value, bool) or not isinstance(node.value, int | float):
        raise FormulaError(_("算式里只能用数、名字、加减乘除、乘方 **、括号、min 和 max。"))
    # repr of a float is the shortest text that gives it back: what the editor wrote, up to 15 digits.
    number = Decimal(repr(node.value))
    if not number.is_finite():
        raise FormulaError(_("算出来的数太大，请检查算式。"))
    return number


def _name(node: ast.Name, names: Environment, depth: int) -> Decimal:
    try:
        return names[node.id]
    except KeyError as error:
        raise FormulaError(_("算式里的“%(name)s”没有定义。") % {"name": node.id}) from error


def _unary(node: ast.UnaryOp, names: Environment, depth: int) -> Decimal:
    operand = _value(node.operand, names, depth)
    if isinstance(node.op, ast.USub):
        return -operand
    if isinstance(node.op, ast.UAdd):
        return operand
    raise FormulaError(_("算式里只能用数、名字、加减乘除、乘方 **、括号、min 和 max。"))


def _binary(node: ast.BinOp, names: Environment, depth: int) -> Decimal:
    operation = _OPERATIONS.get(type(node.op))
    if operation is None:
        raise FormulaError(_("算式里只能用数、名字、加减乘除、乘方 **、括号、min 和 max。"))
    return operation(_value(node.left, names, depth), _value(node.right, names, depth))


def _call(node: ast.Call, names: Environment, depth: int) -> Decimal:
    if not isinstance(node.func, ast.Name) or node.func.id not in _FUNCTIONS or node.keywords or not node.args:
        raise FormulaError(_("算式里只有 min 和 max 两个函数，例如 min(a, b)。"))
    return _FUNCTIONS[node.func.id](_value(argument, names, depth) for argument in node.args)


def _quotient(left: Decimal, right: Decimal) -> Decimal:
    if right == 0:
        raise FormulaError(_("算式里有除以零。"))
    return left / right


def _power(base: Decimal, exponent: Decimal) -> Decimal:
    if abs(exponent) > MAX_EXPONENT:
        raise FormulaError(_("乘方的指数不能超过 %(max)s。") % {"max": MAX_EXPONENT})
    if base < 0 and exponent != exponent.to_integral_value():
        raise FormulaError(_("负数不能开方。"))
    if base == 0 and exponent <= 0:
        raise FormulaError(_("零的零次方和负数次方没有意义。"))
    return base**exponent


_OPERATIONS: dict[type[ast.operator], Callable[[Decimal, Decimal], Decimal]] = {
    ast.Add: lambda left, right: left + right,
    ast.Sub: lambda left, right: left - right,
    ast.Mult: lambda left, right: left * right,
    ast.Div: _quotient,
    ast.Pow: _power,
}
_FUNCTIONS: dict[str, Callable[..., Decimal]] = {"min": min, "max": max}
_READERS: dict[type[ast.expr], Callable[..., Decimal]] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.UnaryOp: _unary,
    ast.BinOp: _binary,
    ast.Call: _call,
}
