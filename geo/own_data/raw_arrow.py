"""Arrow columns of any plain type as text."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from geo.own_data.guards import MOST_CELL_CHARACTERS
from geo.own_data.raw_rows import TEXT, refuse_long_cell


def value_type(given: pa.DataType) -> pa.DataType:
    """Return the type of the values themselves; each kind of text is `string`."""
    if isinstance(given, pa.BaseExtensionType):
        given = given.storage_type
    if pa.types.is_dictionary(given):
        given = given.value_type
    text = pa.types.is_large_string(given) or pa.types.is_string_view(given)
    return pa.string() if text else given


def is_plain(given: pa.DataType) -> bool:
    """Return whether values of a type can be said as one text."""
    value = value_type(given)
    tests = (pa.types.is_string, pa.types.is_decimal, pa.types.is_null, pa.types.is_primitive)
    return any(test(value) for test in tests) and not pa.types.is_interval(value)


def storage_of(column: pa.Array) -> pa.Array:
    """Return a column without the extension around its type."""
    return column.storage if isinstance(column, pa.ExtensionArray) else column


def as_text(column: pa.Array, position: int) -> pa.Array:
    """
    Return a column as text: dates ISO, whole numbers without `.0`, empty text missing.

    Raises
    ------
    InputError
        If a shared value of the column at `position` is too long.
    """
    column = storage_of(column)
    if pa.types.is_dictionary(column.type):
        if pa.types.is_string(value_type(column.type)):
            longest = pc.max(pc.utf8_length(column.dictionary.cast(TEXT))).as_py() or 0
            if longest > MOST_CELL_CHARACTERS:
                refuse_long_cell("one of the rows", position)
        column = column.dictionary_decode()
    kind = column.type
    if pa.types.is_floating(kind):
        column = pc.if_else(pc.is_nan(column), None, column)
    if pa.types.is_float16(kind):
        column = column.cast(pa.float32())
    if pa.types.is_timestamp(kind) and kind.tz is not None:
        return _zoned(column)
    text = column.cast(TEXT)
    if pa.types.is_string(value_type(kind)):
        text = pc.replace_substring_regex(text, r"^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)", r"\1 \2")
    if not pa.types.is_integer(kind):
        text = pc.replace_substring_regex(text, r"^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)\.0+\b", r"\1")
    if pa.types.is_decimal(kind):
        text = pc.replace_substring_regex(text, r"\.0+$", "")
    return pc.if_else(pc.equal(text, ""), pa.scalar(None, TEXT), text)


def _zoned(column: pa.Array) -> pa.Array:
    texts = [
        None if value is None else value.isoformat(sep=" ")
        for value in column.cast(pa.timestamp("us", column.type.tz), safe=False).to_pylist()
    ]
    return pa.array(texts, TEXT)


def is_binary(given: pa.DataType) -> bool:
    """Return whether a type holds bytes."""
    value = value_type(given)
    return bool(pa.types.is_binary(value) or pa.types.is_large_binary(value))
