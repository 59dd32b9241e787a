"""Names on a map: none covers another, none sits on a symbol, all stay inside."""

from itertools import combinations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from geo.figures.label_placement import Label, place_labels

FRAME = (0.0, 0.0, 100.0, 100.0)
coordinate = st.floats(0, 100)
spots = st.lists(st.tuples(coordinate, coordinate), min_size=1, max_size=4).map(tuple)
labels = st.lists(
    st.builds(Label, st.just("x"), spots, st.floats(1, 30), st.floats(1, 10)), max_size=12
)
obstacles = st.lists(st.tuples(coordinate, coordinate), max_size=8)


def box(one):
    label = one.label
    return (
        one.x - label.width / 2,
        one.y - label.height / 2,
        one.x + label.width / 2,
        one.y + label.height / 2,
    )


def overlap(one, other):
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


@given(labels, obstacles)
def test_no_name_covers_another_or_a_symbol_or_leaves_the_frame(names, points):
    taken = np.array([(x - 1, y - 1, x + 1, y + 1) for x, y in points]).reshape(-1, 4)
    boxes = [box(one) for one in place_labels(names, taken, FRAME)]
    for one, other in combinations(boxes, 2):
        assert not overlap(one, other)
    for one in boxes:
        assert not any(overlap(one, tuple(other)) for other in taken)
        assert one[0] >= 0
        assert one[1] >= 0
        assert one[2] <= 100
        assert one[3] <= 100


def test_the_first_name_takes_its_best_spot_and_the_second_gives_way():
    first = Label("Macomb", ((50, 50),), 20, 5)
    second = Label("Shelby", ((50, 51), (50, 70)), 20, 5)
    placed = place_labels([first, second], np.empty((0, 4)), FRAME)
    assert [(one.x, one.y) for one in placed] == [(50, 50), (50, 70)]


def test_a_name_without_room_is_left_out():
    crowd = np.array([[0, 0, 100, 100]])
    assert place_labels([Label("Flint", ((50, 50),), 5, 5)], crowd, FRAME) == []
