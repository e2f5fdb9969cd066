from chemsec.kernel.sentences import split_steps


def test_steps_are_lines_or_sentences_without_their_numbers():
    assert split_steps("1. Lock the door. Count the keys.\n2) Tell the guard\n• Write it down") == [
        "Lock the door.",
        "Count the keys.",
        "Tell the guard",
        "Write it down",
    ]


def test_chinese_steps():
    assert split_steps("1、锁门。\n2、清点钥匙。") == ["锁门。", "清点钥匙。"]


def test_a_step_may_begin_with_a_quantity():
    assert split_steps("10 days before, tell the carrier.\n\n") == ["10 days before, tell the carrier."]
