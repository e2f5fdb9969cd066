"""How far the full-text indexes look."""

# times as many documents as entries are wanted are scored, those that hold what says most: a document of a
# million that only holds a common word can't be among the best
SCORED = 2
