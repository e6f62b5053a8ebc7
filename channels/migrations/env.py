"""Alembic's environment: migrations run through `tools.migrate`, never by Alembic's own command line."""
