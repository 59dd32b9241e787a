"""Text measured and broken as the figure draws it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextToPath

from geo.errors import InputError
from geo.figures.typeface import FAMILY, embedded, require_drawable, width_in, wrapped


@pytest.mark.parametrize("bold", [False, True])
@pytest.mark.parametrize("text", ["Lapeer County", "35.8 (35.0 to 36.6)", "Żółć, Québec"])
def test_width_is_what_matplotlib_draws(text, bold):
    font = FontProperties(family=FAMILY, weight="bold" if bold else "normal", size=100)
    drawn, _, _ = TextToPath().get_text_width_height_descent(text, font, ismath=False)
    assert width_in(text, 100, bold=bold) * 72 == pytest.approx(drawn, rel=0.03)


@given(st.text("ab c-é", max_size=200), st.floats(0.3, 3))
def test_lines_fit_and_keep_every_letter(text, room):
    lines = wrapped(text, room, 8)
    assert all(width_in(line, 8) <= room for line in lines)
    assert "".join(lines).replace(" ", "") == "".join(text.split())


def test_a_long_address_is_broken_not_clipped():
    address = "http://localhost:8501/figures?" + "counties=26087&" * 20
    lines = wrapped(address, 2, 7)
    assert len(lines) > 3
    assert "".join(lines) == address


def test_letters_outside_latin_1_are_drawn_or_named():
    require_drawable("Zażółć gęślą jaźń, Ελλάδα, Україна", "title")
    with pytest.raises(InputError, match=r"title has letters .* “漢”"):
        require_drawable("漢字", "title")


def test_a_subset_carries_both_weights_and_is_small():
    css = embedded("Lapeer County")
    assert css.count("@font-face") == 2
    assert "data:font/woff;base64," in css
    assert len(css) < 20_000
