"""What SQLite's planner knows about the tables; PostgreSQL looks after that itself."""

from processor.storage.engine import Engine, writing


def refresh_statistics(engine: Engine) -> bool:
    """Whether there was anything to do. Without it a queue of 100,000 is sorted for each page."""
    if engine.dialect.name != "sqlite":
        return False
    with writing(engine) as connection:
        # All of it: a sample takes the few statuses for many.
        connection.exec_driver_sql("ANALYZE queue")
    engine.dispose()  # connections read the statistics when they open
    return True
