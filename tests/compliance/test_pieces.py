from compliance.pieces import Part, check_pieces


def places(pieces, kind=""):
    return [(item.finding.match, item.finding.severity, item.parts) for item in check_pieces(pieces, kind)]


def test_word_split_over_inline_runs_is_located_in_each():
    assert places([("a", "本产品保"), ("a", "本"), ("a", ",放心")]) == [
        ("保本", "block", (Part("a", 0, 3, 4), Part("a", 1, 0, 1)))
    ]


def test_word_split_over_blocks_is_located_in_both():
    assert places([("a", "本产品稳赚"), ("b", "不赔")]) == [
        ("稳赚不赔", "block", (Part("a", 0, 3, 5), Part("b", 1, 0, 2)))
    ]


def test_denial_goes_on_over_inline_runs_and_not_over_blocks():
    assert places([("a", "本产品不"), ("a", "保本")]) == []
    assert places([("a", "为什么不"), ("b", "保本保息的好产品")]) == [
        ("保本保息", "block", (Part("b", 1, 0, 4),)),
    ]


def test_warning_heading_does_not_excuse_the_next_block():
    assert [entry[1] for entry in places([("a", "误区:稳赚不赔"), ("b", "我们稳赚不赔")])] == ["note", "block"]


def test_long_pattern_does_not_join_unrelated_blocks():
    assert places([("a", "本课讲收益"), ("b", "学完至少能算出 5% 的利息")]) == []


def test_offsets_count_in_the_original_of_a_piece():
    pieces = [("a", "<p>前言</p>"), ("b", "這是 保\u200b夲 產品")]

    [found] = check_pieces(pieces)

    [part] = found.parts
    assert pieces[part.piece][1][part.start : part.end] == "保\u200b夲"


def test_missing_statement_has_no_parts_and_counts_once():
    assert places([("a", "收益从哪里来"), ("b", "回报怎么算")], "lesson") == [("", "warn", ())]


def test_empty_pieces_are_nothing():
    assert places([]) == []
    assert places([("a", ""), ("b", "")]) == []
