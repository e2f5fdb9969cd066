"""Words in SQLite: FTS5 over tokens that are already stemmed, so a plain tokenizer does."""

import math
from collections.abc import Iterable

from django.db import connection

from .limits import SCORED

# how much a word counts in title, summary, how to apply, evidence
_BM25 = "bm25(search_words, 1.0, 0.8, 0.6, 0.2)"
_COLUMNS = ("title", "summary", "how_to_apply", "evidence")


# + keeps FTS5 from looking up each document by itself, which takes thirty times as long
_WEIGHTS = "SELECT rowid AS number, %s AS weight FROM search_words WHERE search_words MATCH %s"
_SCORES = (
    f"SELECT rowid AS number, -{_BM25} * %s AS score FROM search_words"  # noqa: S608  no value in it
    " WHERE search_words MATCH %s AND +rowid IN (SELECT number FROM f)"
)


def _quoted(phrase: tuple[str, ...]) -> str:
    """A phrase as an FTS5 string; tokens are letters, digits and underscores: nothing is an operator."""
    return '"' + " ".join(phrase) + '"'


class Sqlite:
    def write(self, documents: dict[int, dict[str, list[str]]]) -> None:
        self.remove(documents)
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO search_words (rowid, title, summary, how_to_apply, evidence)"
                " VALUES (%s, %s, %s, %s, %s)",
                [
                    (number, *(" ".join(tokens.get(name, ())) for name in _COLUMNS))
                    for number, tokens in documents.items()
                ],
            )

    def remove(self, documents: Iterable[int]) -> None:
        with connection.cursor() as cursor:
            cursor.executemany(
                "DELETE FROM search_words WHERE rowid = %s", [(number,) for number in documents]
            )

    def match(
        self, kind: str, tokens: dict[str, tuple[float, int]], total: int, limit: int
    ) -> list[tuple[int, float]]:
        """Σ weight · tf-part of BM25 over the tokens, per entry by its best document, best first.

        FTS5 multiplies by an idf of its own, over all languages at once; that factor is taken out again.
        """
        if not tokens:
            return []
        weights: list[str | float] = []
        scores: list[str | float] = []
        for token, (weight, documents) in tokens.items():
            idf = (
                max(math.log((total - documents + 0.5) / (documents + 0.5)), 1e-6)
                if total > documents
                else 1e-6
            )
            weights += [weight, _quoted((token,))]
            scores += [weight / idf, _quoted((token,))]
        sql = f"""
            WITH f AS MATERIALIZED (
                SELECT number FROM ({" UNION ALL ".join([_WEIGHTS] * len(tokens))})
                GROUP BY number ORDER BY sum(weight) DESC, number LIMIT %s
            ), m AS MATERIALIZED ({" UNION ALL ".join([_SCORES] * len(tokens))})
            SELECT entry_id, max(score) AS best FROM (
                SELECT d.entry_id, sum(m.score) AS score
                FROM m JOIN search_document d ON d.id = m.number
                GROUP BY d.id
            ) s JOIN search_entry e ON e.id = s.entry_id
            WHERE e.kind = %s GROUP BY entry_id ORDER BY best DESC, entry_id LIMIT %s"""  # noqa: S608  no value in it
        with connection.cursor() as cursor:
            cursor.execute(sql, [*weights, SCORED * limit, *scores, kind, limit])
            return cursor.fetchall()

    def counts(self) -> dict[str, int]:
        with connection.cursor() as cursor:
            cursor.execute(
                "CREATE VIRTUAL TABLE IF NOT EXISTS temp.search_vocabulary"
                " USING fts5vocab(main, search_words, row)"
            )
            cursor.execute("SELECT term, doc FROM temp.search_vocabulary")
            return dict(cursor.fetchall())

    def having(self, kind: str, phrases: tuple[tuple[str, ...], ...]) -> set[int]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT DISTINCT d.entry_id FROM search_words w JOIN search_document d ON d.id = w.rowid"
                " JOIN search_entry e ON e.id = d.entry_id WHERE search_words MATCH %s AND e.kind = %s",
                [" AND ".join(map(_quoted, phrases)), kind],
            )
            return {row[0] for row in cursor.fetchall()}


BACKEND = Sqlite()
