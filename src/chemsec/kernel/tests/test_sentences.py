from chemsec.kernel.sentences import split_sentences, split_steps


def test_steps_are_lines_without_their_numbers():
    """Whoever wrote a step a line decided what a step is."""
    assert split_steps("1. Lock the door. Count the keys.\n2) Tell the guard\n• Write it down") == [
        "Lock the door. Count the keys.",
        "Tell the guard",
        "Write it down",
    ]


def test_a_text_in_one_line_has_its_sentences_as_steps():
    assert split_steps("Lock the door. Count the keys.\n") == ["Lock the door.", "Count the keys."]


def test_chinese_steps():
    assert split_steps("1、锁门。\n2、清点钥匙。") == ["锁门。", "清点钥匙。"]


def test_a_step_may_begin_with_a_quantity():
    assert split_steps("10 days before, tell the carrier.\n\n") == ["10 days before, tell the carrier."]


def test_a_title_before_a_name_ends_no_sentence():
    for said in ("Appeler M. Koffi au poste.", "Llame a la Sra. Ruiz.", "Tell Mr. Osei. Or Dr. Marek."):
        assert split_sentences(said)[0] == said.partition(" Or")[0]
