"""The people everybody knows: the same names in the demo, the tests and the documentation."""

from __future__ import annotations

from dataclasses import dataclass

from leanship.domain.access import Role


@dataclass(frozen=True)
class Member:
    """One of the cast: who they are, whom they report to (a key of `CAST`), and what they are for."""

    key: str
    name: str
    title: str
    job: str  # the role within which peers are compared
    level: str
    reports_to: str | None
    team: str
    role: Role = Role.MEMBER

    @property
    def email(self) -> str:
        """An address under a domain that can never exist."""
        return f"{self.key}@leanship.example"


CAST: dict[str, Member] = {
    member.key: member
    for member in (
        Member("ingrid", "Ingrid Solheim", "Managing director", "director", "senior_leader", None, "Board"),
        Member(
            "clara", "Clara Lindqvist", "Head of operations", "head", "senior_leader", "ingrid", "Operations"
        ),
        Member("ben", "Ben Okafor", "Order desk lead", "desk lead", "entry_manager", "clara", "Order desk"),
        Member("ana", "Ana Ruiz", "Order specialist", "specialist", "contributor", "ben", "Order desk"),
        Member("dev", "Dev Patel", "Order specialist", "specialist", "contributor", "ben", "Order desk"),
        Member("farid", "Farid Haddad", "Head of sales", "head", "senior_leader", "ingrid", "Sales"),
        Member(
            "elif",
            "Elif Kaya",
            "People partner",
            "people partner",
            "contributor",
            "ingrid",
            "People office",
            Role.PEOPLE_PARTNER,
        ),
        Member(
            "greta",
            "Greta Novak",
            "Systems administrator",
            "administrator",
            "contributor",
            "ingrid",
            "Systems",
            Role.ADMINISTRATOR,
        ),
    )
}
"""Ana is the contributor, Ben her leader, Clara his, Dev her teammate, Elif the people partner, Farid a stranger
to them all, Greta the administrator, Ingrid the leader of everyone."""
