"""Coverage map: where need and help fail to meet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from geo import overview as view
from geo.card import area_card
from geo.key_numbers import key_numbers
from geo.maps.state import COLOUR_BY, OVERLAYS, Layers
from pages.shared.figure_link import draw_figure_link
from pages.shared.frame import open_page
from pages.shared.html import render
from pages.shared.map_component import choose_area, draw_map
from pages.shared.readers import answers_for, shared_assets
from pages.shared.sidebar import change_scope, current_scope, write_address
from pages.shared.table_twin import draw_table_twin

if TYPE_CHECKING:
    from geo.answers import Answers
    from geo.scope import Scope

FIGURE_OF: Final = {"gaps": "gap", "police": "police"}


def _take_layers() -> None:
    chosen = tuple(key for key in OVERLAYS if key in st.session_state["w_layers"])
    change_scope(layers=Layers(st.session_state["w_colour"], chosen))


def _draw_layer_controls(answers: Answers) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.segmented_control(
            "Colour areas by",
            list(COLOUR_BY),
            format_func=COLOUR_BY.__getitem__,
            key="w_colour",
            required=True,
            on_change=_take_layers,
        )
        with st.popover("Layers"):
            st.pills(
                "Lay over it",
                list(answers.overlays),
                format_func=OVERLAYS.__getitem__,
                selection_mode="multi",
                key="w_layers",
                on_change=_take_layers,
            )


def _draw_card(answers: Answers, scope: Scope, sentence: str) -> None:
    card = area_card(answers, scope)
    if card is None:
        st.subheader("What the map shows")
        st.markdown(sentence)
        st.caption(
            "Click an area on the map, or choose a row of the table below, for its card. "
            "⤢ zooms to the chosen counties."
        )
        return
    st.html(render("card.html", card=card))
    st.button("Close the card", on_click=choose_area, args=("",))


@st.fragment
def _map_and_card() -> None:
    scope = current_scope()
    answers = answers_for(scope)
    theme = st.context.theme.type or "light"
    file = shared_assets().catchments(answers, scope)
    shown = view.overview(answers, scope, theme=theme, card_hint=True, reach_file=file)
    _draw_layer_controls(answers)
    left, right = st.columns([13, 7])
    with left:
        draw_map(shown.state)
    with right:
        _draw_card(answers, scope, shown.sentence)
    st.html(render("legend.html", sections=shown.legend))
    draw_figure_link(FIGURE_OF.get(scope.layers.colour_by, "need"))
    draw_table_twin(answers, scope, on_choose=choose_area)
    write_address(answers)


answers, scope = open_page("coverage map")
st.title("Where need and help fail to meet")
st.html(render("key_numbers.html", numbers=key_numbers(answers, scope)))
_map_and_card()
