"""A sheet of measurements: moving, pasting from a spreadsheet, taking the paste back."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.web.conftest import ORIGIN, Open

pytestmark = pytest.mark.browser


def cell(row: int, column: int, more: str = "") -> str:
    return f'<td><input aria-label="{row}{column}" name="c{row}{column}" value="" {more}></td>'


GRID = (
    '<form action="/sent/"><table id="g" data-grid data-pasted="{n} filled." data-beyond="{n} beyond." '
    'data-undone="Taken back."><tbody>'
    + "".join(
        f"<tr><th>{r}</th>{cell(r, 1)}{cell(r, 2, 'readonly' if r == 3 else '')}{cell(r, 3)}</tr>"
        for r in (1, 2, 3)
    )
    + '</tbody></table><p data-grid-status="g" role="status"></p><button>Save</button></form>'
)


def paste(page: Page, label: str, text: str) -> None:
    page.get_by_label(label, exact=True).focus()
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    page.keyboard.press("Control+v")


@pytest.fixture
def page(open_page: Open) -> Page:
    # the clipboard is open to secure contexts only
    made = open_page(GRID, "grid.js", others={"/sent/": "<p>sent</p>"})
    made.evaluate(
        "() => Object.defineProperty(navigator, 'clipboard', {value: {writeText: (text) => {"
        "const data = new DataTransfer(); data.setData('text/plain', text);"
        "document.activeElement.dispatchEvent("
        "new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true}));}}})"
    )
    return made


def values(page: Page) -> list[str]:
    return [field.input_value() for field in page.locator("td input").all()]


def test_arrows_and_enter_move(page: Page) -> None:
    page.get_by_label("11", exact=True).focus()
    for key, there in (
        ("ArrowDown", "21"),
        ("ArrowRight", "22"),
        ("Enter", "32"),
        ("ArrowUp", "22"),
        ("ArrowLeft", "21"),
    ):
        page.keyboard.press(key)
        expect(page.get_by_label(there, exact=True)).to_be_focused()
    page.keyboard.press("Shift+Enter")
    expect(page.get_by_label("11", exact=True)).to_be_focused()


def test_enter_in_the_last_row_does_not_send_the_sheet(page: Page) -> None:
    page.get_by_label("31", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{ORIGIN}/")


def test_an_arrow_inside_a_figure_moves_the_caret_first(page: Page) -> None:
    field = page.get_by_label("11", exact=True)
    field.fill("12.5")
    page.keyboard.press("ArrowLeft")
    expect(field).to_be_focused()


def test_a_block_from_a_spreadsheet_fills_cells_and_marks_them(page: Page) -> None:
    paste(page, "11", "1,5\t2\r\n3\t4\r\n")
    assert values(page) == ["1,5", "2", "", "3", "4", "", "", "", ""]
    expect(page.locator("td.changed")).to_have_count(4)
    expect(page.get_by_role("status")).to_have_text("4 filled.")


def test_what_does_not_fit_or_may_not_change_is_counted(page: Page) -> None:
    paste(page, "22", "1\t2\t3\n4\t5\t6")
    assert values(page) == ["", "", "", "", "1", "2", "", "", "5"]
    expect(page.get_by_role("status")).to_have_text("3 filled. 3 beyond.")


def test_a_paste_is_taken_back_whole_one_after_the_other(page: Page) -> None:
    page.get_by_label("11", exact=True).fill("9")
    paste(page, "11", "1\t2")
    paste(page, "11", "5\t6")
    page.keyboard.press("Control+z")
    assert values(page)[:2] == ["1", "2"]
    page.keyboard.press("Control+z")
    assert values(page)[:2] == ["9", ""]
    expect(page.get_by_role("status")).to_have_text("Taken back.")


def test_a_cell_put_back_to_what_it_was_is_not_marked(page: Page) -> None:
    field = page.get_by_label("11", exact=True)
    field.fill("9")
    expect(page.locator("td.changed")).to_have_count(1)
    field.fill("")
    expect(page.locator("td.changed")).to_have_count(0)
