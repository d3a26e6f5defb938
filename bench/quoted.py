"""What others' projects reached: quoted, not run here; measured elsewhere on the same kind of machine (two cores).

Medians of 3-5 runs with a 291-byte order event and fsync on. They say where the marks are; compare within a factor.
"""

QUOTED: dict[str, dict[str, str]] = {
    "save": {
        "django-outbox-pattern 3.2 (ORM), order row + event, 1 thread": "754-917 per s",
        "eventsourcing 9.5, order row + event, 1 thread": "891 per s",
        "the same, 8 threads": "1,095 per s",
        "psycopg floor: BEGIN + 2 INSERT + COMMIT": "1,793 per s",
        "psycopg floor: executemany of 100": "62,925 per s",
    },
    "relay": {
        "django-outbox-pattern, outbox to broker": "1,465-1,600 per s",
        "kombu, confirmed one by one": "1,455 per s",
        "FastStream 0.7, 100 at once, confirmed": "6,295 per s",
        "py-amqp, window of 100, confirmed, no database": "18,000-19,000 per s",
    },
    "consume": {
        "FastStream, 8 connections, exactly-once effect": "1,450 per s",
        "kombu one by one, exactly-once effect": "1,237 per s",
        "kombu 50 per transaction, exactly-once effect": "11,000-12,000 per s",
    },
    "replay": {
        "eventsourcing, pages of 1000, into objects": "98,000 per s",
        "eventsourcing, subscription": "74,000 per s",
        "eventsourcing, ProjectionRunner": "1,750 per s",
    },
    "peers": {
        "Temporal dev server, 4 steps": "13-32 per s",
        "DBOS 3.4, 4 steps, best width": "100-122 per s",
        "DBOS 3.4, one alone, p50 / p99": "15.9 / 22.7 ms",
        "Celery chain, 4 tasks, Redis": "149-168 per s",
        "Celery chain, one alone, p50 / p99": "9.9 / 31 ms",
    },
}
