"""The table of booked pick-ups: one row a place of a day."""

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, String, Table

from tools.crm_tables import metadata

pickups = Table(
    "crm_pickup",
    metadata,
    Column("service", String(60), primary_key=True),
    Column("area", String(20), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("case_id", String(60), ForeignKey("crm_case.case_id"), nullable=False),
    Index("crm_pickup_case", "case_id"),
)
