from chemsec.platform.pages import page_of


def test_a_page_leads_to_those_beside_it():
    middle = page_of(range(25), "2", size=10, address="?own=")

    assert middle.rows == list(range(10, 20))
    assert (middle.number, middle.pages, middle.before, middle.after) == (2, 3, "?own=1", "?own=3")
    assert (page_of(range(25), 1, size=10).before, page_of(range(25), 3, size=10).after) == ("", "")


def test_odd_numbers_lead_to_the_nearest_page():
    assert [page_of(range(25), asked, size=10).number for asked in ("x", "-1", "99", "")] == [1, 3, 3, 1]
    assert not page_of([], "1", size=10)
