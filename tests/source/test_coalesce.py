from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from purehdf.source import Part, Span, coalesce, scatter
from purehdf.source.coalesce import holes_to_fill

FILE = bytes(range(256))

ranges = st.lists(
    st.tuples(st.integers(0, 255), st.integers(0, 60)).map(lambda p: (p[0], p[0] + p[1])),
    max_size=30,
)


@pytest.mark.parametrize(
    ("asked", "options", "spans"),
    [
        ([], {}, []),
        ([(5, 5)], {}, []),
        ([(0, 4), (4, 8)], {}, [Span(0, 8, (Part(0, 0, 4), Part(1, 4, 8)))]),
        ([(5, 8), (0, 4)], {}, [Span(0, 4, (Part(1, 0, 4),)), Span(5, 8, (Part(0, 0, 3),))]),
        ([(5, 8), (0, 4)], {"gap": 1}, [Span(0, 8, (Part(1, 0, 4), Part(0, 5, 8)))]),
        ([(0, 9), (2, 3), (0, 9)], {}, [Span(0, 9, (Part(0, 0, 9), Part(2, 0, 9), Part(1, 2, 3)))]),
        (
            [(0, 4), (4, 8)],
            {"maximum": 7},
            [Span(0, 4, (Part(0, 0, 4),)), Span(4, 8, (Part(1, 0, 4),))],
        ),
        ([(0, 4), (3, 8)], {"maximum": 7}, [Span(0, 8, (Part(0, 0, 4), Part(1, 3, 8)))]),
        ([(0, 100)], {"maximum": 7}, [Span(0, 100, (Part(0, 0, 100),))]),
        (
            [(0, 4), (6, 8), (12, 13)],
            {"gap": 1, "fill": {8}},
            [Span(0, 4, (Part(0, 0, 4),)), Span(6, 13, (Part(1, 0, 2), Part(2, 6, 7)))],
        ),
    ],
)
def test_examples(asked, options, spans):
    assert coalesce(asked, **options) == spans


@given(ranges, st.integers(0, 20), st.integers(0, 200))
def test_what_is_scattered_is_what_was_asked_for(asked, gap, maximum):
    spans = coalesce(asked, gap=gap, maximum=maximum)
    buffers = [FILE[span.start : span.stop] for span in spans]
    assert scatter(spans, buffers, len(asked)) == [FILE[a:b] for a, b in asked]


@given(ranges, st.integers(0, 20), st.integers(0, 200))
def test_spans_are_a_tight_plan(asked, gap, maximum):
    spans = coalesce(asked, gap=gap, maximum=maximum)
    parts = sorted(part.which for span in spans for part in span.parts)
    assert parts == [i for i, (a, b) in enumerate(asked) if a < b]
    for before, after in pairwise(spans):
        assert before.stop <= after.start
        first = after.parts[0]
        small = after.start + first.stop - before.start <= maximum
        assert after.start - before.stop > gap or not small
    for span in spans:
        needed = {offset for part in span.parts for offset in range(part.start, part.stop)}
        assert min(needed) == 0
        assert max(needed) == span.stop - span.start - 1
        holes = [b - a - 1 for a, b in pairwise(sorted(needed))]
        assert max(holes, default=0) <= gap
        if any(holes):
            assert span.stop - span.start <= maximum or len(span.parts) > 1


@given(ranges)
def test_the_order_of_the_ranges_does_not_change_the_spans(asked):
    outlines = [(span.start, span.stop) for span in coalesce(asked, gap=3)]
    assert [(span.start, span.stop) for span in coalesce(asked[::-1], gap=3)] == outlines
    wanted = {offset for a, b in asked for offset in range(a, b)}
    exact = coalesce(asked)
    assert sum(span.stop - span.start for span in exact) == len(wanted)


# Ten ranges of 10 bytes, a hole of 10 * i bytes behind the one with number i.
APART = [(start, start + 10) for start in (0, 10, 30, 60, 100, 150, 210, 280, 360, 450)]


@pytest.mark.parametrize(
    ("requests", "trip", "overhead", "filled"),
    [
        (10, 1000, 99, []),  # one round, and nothing to gain
        (5, 10, 0, []),  # two short rounds
        (5, 150, 0, [20, 40, 70, 110]),  # one round of 200 bytes, not two of 150 each
        (2, 60, 0, [20, 40, 70]),  # three rounds: 180, and 160 bytes
        (2, 1, 0, []),
        (5, 1, 20, [20]),  # holes of 10 and 20 bytes: the wider one costs more than a request
        (5, 1, 40, [20, 40]),
        (5, 500, 20, [20, 40, 70, 110]),  # one round, and then half of 50 bytes for a request
        (1, 1 << 30, 0, [20, 40, 70, 110, 160, 220, 290, 370]),
    ],
)
def test_holes_are_filled_while_that_costs_less(requests, trip, overhead, filled):
    costs = {"requests": requests, "trip": trip, "overhead": overhead}
    assert sorted(holes_to_fill(APART, gap=0, **costs)) == filled


def test_holes_that_are_alike_are_filled_all_over():
    alike = [(100 * i, 100 * i + 10) for i in range(100)]
    fill = holes_to_fill(alike, gap=0, requests=10, trip=1000)
    spans = coalesce(alike, fill=fill)
    assert len(spans) == 50
    assert max(span.stop - span.start for span in spans) <= 310


@given(ranges, st.integers(0, 20), st.integers(1, 9), st.integers(0, 300), st.integers(0, 30))
def test_no_other_number_of_holes_would_cost_less(asked, gap, requests, trip, overhead):
    def cost(fill):
        spans = coalesce(asked, gap=gap, maximum=1 << 20, fill=fill)
        rounds = -(-len(spans) // requests)
        size = sum(span.stop - span.start for span in spans)
        return max(rounds * trip, size) + len(spans) * overhead + size / 2

    spans = coalesce(asked, gap=gap, maximum=1 << 20)
    holes = sorted((b.start - a.stop, a.stop) for a, b in pairwise(spans))
    best = min(cost({start for _, start in holes[:n]}) for n in range(len(holes) + 1))
    costs = {"requests": requests, "trip": trip, "overhead": overhead}
    chosen = holes_to_fill(asked, gap=gap, **costs)
    assert cost(chosen) == best or (len(spans) <= requests and not chosen)
