"""The employees of the store."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Employee:
    """An employee."""

    id: str
    first_name: str
    last_name: str
    email: str
    position: str
    department: str


EMPLOYEES = (
    Employee(
        id="1",
        first_name="Henrietta",
        last_name="Beacon",
        email="henrietta@beacon.example",
        position="Founder",
        department="Shop",
    ),
    Employee(
        id="2",
        first_name="Marit",
        last_name="Beacon",
        email="marit@beacon.example",
        position="Daughter, elder",
        department="Packing",
    ),
    Employee(
        id="3",
        first_name="Ditte",
        last_name="Beacon",
        email="ditte@beacon.example",
        position="Daughter, the other",
        department="Books",
    ),
)
