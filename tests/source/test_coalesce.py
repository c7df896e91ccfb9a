from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from purehdf.source import Part, Span, coalesce, scatter

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
