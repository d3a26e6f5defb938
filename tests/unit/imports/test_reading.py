"""A file is read, or refused with what to change."""

import pytest

from apps.console.imports.reading import FileFault, columns_of, rows_of, text_of

HEADER = "order,city\n"


def cells(text: str) -> list[dict[str, str]]:
    return [row.cells for row in rows_of(text, columns_of(text))]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_western_letters_survive_in_every_encoding_that_is_taken(encoding: str):
    assert text_of((HEADER + "1,Málaga £5\n").encode(encoding)) == HEADER + "1,Málaga £5\n"


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ((HEADER + "1,臺北\n").encode("utf-16"), "UTF-16"),
        ((HEADER + "1,臺北市中正區\n").encode("big5"), "neither UTF-8 nor Windows-1252"),
        (HEADER.encode() + b"1,\x81\n", "neither UTF-8 nor Windows-1252"),
        (b"PK\x03\x04\x00\x00", "NUL bytes"),
    ],
)
def test_other_bytes_are_refused_with_the_way_out(raw: bytes, said: str):
    with pytest.raises(FileFault, match=said):
        text_of(raw)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_the_separator_is_found(separator: str):
    text = f"order{separator}city\n7{separator}Graz\n"

    assert cells(text) == [{"order": "7", "city": "Graz"}]


def test_blank_lines_are_passed_over_and_lines_are_counted_as_an_editor_does():
    text = 'order,city\r\n\r\n7,"Bad\nIschl"\r\n8,Graz\r\n'

    assert [(row.number, row.cells["order"]) for row in rows_of(text, columns_of(text))] == [(3, "7"), (5, "8")]


def test_a_row_with_another_number_of_cells_is_at_fault_and_still_says_whose_it_is():
    (row,) = rows_of("order,city\n7\n", ["order", "city"])

    assert (row.number, row.cells, str(row.fault)) == (2, {"order": "7"}, ": 1 cells, but 2 columns")


@pytest.mark.parametrize(
    ("text", "said"),
    [("", "empty"), ("\n", "empty"), ("order,order\n", "Two columns are named “order”")],
)
def test_a_file_must_name_its_columns_once(text: str, said: str):
    with pytest.raises(FileFault, match=said):
        columns_of(text)


def test_an_open_quote_is_refused_with_its_line():
    with pytest.raises(FileFault, match="Line 3"):
        list(rows_of('order,city\n1,Graz\n2,"Wien\n', ["order", "city"]))
