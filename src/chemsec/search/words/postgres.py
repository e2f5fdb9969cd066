"""Words in PostgreSQL: a tsvector of tokens that are already stemmed, found by a GIN index."""

from collections.abc import Iterable

from django.db import connection

from .limits import SCORED

_WEIGHTS = "{0.2, 0.6, 0.8, 1.0}"  # D, C, B, A: evidence, how to apply, summary, title
_LABELS = {"title": "A", "summary": "B", "how_to_apply": "C", "evidence": "D"}
_HOLDING = "SELECT document_id AS number, %s::float8 AS weight FROM search_words WHERE words @@ %s::tsquery"
# 1.9 brings ts_rank to the scale of SQLite's BM25: over the practices and questions of bench/ the two run in
# parallel (correlation 0.99), so that one threshold for "nothing fits" serves both.
_SCORE = "ts_rank(%s, words, %s::tsquery) * 1.9 * %s"
_LAST_POSITION = 16383  # what a tsvector can hold


def _quoted(token: str) -> str:
    return "'" + token.replace("\\", "").replace("'", "''") + "'"


def _vector(sections: dict[str, list[str]]) -> str:
    lexemes, position = [], 0
    for name, label in _LABELS.items():
        for token in sections.get(name, ()):
            position = min(position + 1, _LAST_POSITION)
            lexemes.append(f"{_quoted(token)}:{position}{label}")
        position += 10  # no phrase reaches from one section into the next
    return " ".join(lexemes)


def _phrase(tokens: tuple[str, ...]) -> str:
    return "(" + " <-> ".join(map(_quoted, tokens)) + ")"


class Postgres:
    def write(self, documents: dict[int, dict[str, list[str]]]) -> None:
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO search_words (document_id, words) VALUES (%s, %s::tsvector)"
                " ON CONFLICT (document_id) DO UPDATE SET words = excluded.words",
                [(number, _vector(sections)) for number, sections in documents.items()],
            )

    def remove(self, documents: Iterable[int]) -> None:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM search_words WHERE document_id = ANY(%s)", [list(documents)])

    def match(
        self,
        kind: str,
        tokens: dict[str, tuple[float, int]],
        total: int,  # noqa: ARG002  what only SQLite needs
        limit: int,
    ) -> list[tuple[int, float]]:
        """Σ weight · ts_rank over the tokens, per entry by its best document, best first."""
        if not tokens:
            return []
        weights: list[str | float] = []
        scores: list[str | float] = []
        for token, (weight, _documents) in tokens.items():
            weights += [weight, _quoted(token)]
            scores += [_WEIGHTS, _quoted(token), weight]
        sql = f"""
            WITH f AS MATERIALIZED (
                SELECT number FROM ({" UNION ALL ".join([_HOLDING] * len(tokens))}) h
                GROUP BY number ORDER BY sum(weight) DESC, number LIMIT %s
            ), m AS MATERIALIZED (
                SELECT number, {" + ".join([_SCORE] * len(tokens))} AS score
                FROM f JOIN search_words w ON w.document_id = f.number
            )
            SELECT entry_id, max(score) AS best
            FROM m JOIN search_document d ON d.id = m.number JOIN search_entry e ON e.id = d.entry_id
            WHERE e.kind = %s GROUP BY entry_id ORDER BY best DESC, entry_id LIMIT %s"""  # noqa: S608  no value in it
        with connection.cursor() as cursor:
            cursor.execute(sql, [*weights, SCORED * limit, *scores, kind, limit])
            return cursor.fetchall()

    def counts(self) -> dict[str, int]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT word, ndoc FROM ts_stat('SELECT words FROM search_words')")
            return dict(cursor.fetchall())

    def having(self, kind: str, phrases: tuple[tuple[str, ...], ...]) -> set[int]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT DISTINCT d.entry_id"
                " FROM search_words w JOIN search_document d ON d.id = w.document_id"
                " JOIN search_entry e ON e.id = d.entry_id WHERE w.words @@ %s::tsquery AND e.kind = %s",
                [" & ".join(map(_phrase, phrases)), kind],
            )
            return {row[0] for row in cursor.fetchall()}


BACKEND = Postgres()
