"""Projects of the demo company under way: one whose cause was wrong, one without authority, two that nobody leads."""

from __future__ import annotations

from datetime import date, timedelta

from leanship.demo.stories import (
    CHECKED_AFTER,
    DEVS_CHANGE,
)
from leanship.demo.telling import WEEK, Told
from leanship.features.projects.actions import causes, feedback, trials


class ReadTwice(Told):
    """The cause was wrong: nothing changed, and the project went back to ask why again."""

    title = "Read every order twice"
    leader = "dev"

    def tell(self) -> None:
        """There and back."""
        change = self.change_on(DEVS_CHANGE)
        check = change + CHECKED_AFTER * WEEK
        self.at(change - 5 * WEEK, self.seen)
        self.at(change - 4 * WEEK, self.cause)
        self.at(change - 3 * WEEK, self.test)
        self.at(change - 1 * WEEK, lambda: self.prepare(change, check), "dev")
        self.at(change, lambda: self.move("change"))
        self.at(check, self.judged, "dev")
        self.at(check + timedelta(days=8), self.back)
        self.at(check + timedelta(days=20), self.again)

    def seen(self) -> None:
        """Dev raises it about his own work."""
        self.raised(
            "dev",
            "Three of a hundred orders I enter have to be corrected. Customers get the wrong size of gloves.",
            serves="client",
            whom="Customers who get the wrong article",
            team="Order desk",
            take_up=True,
        )

    def cause(self) -> None:
        """The cause he believed in."""
        self.move("cause")
        self.write(
            current_state="97 of 100 orders are right the first time.",
            goal="99 of 100.",
        )
        self.why("wrong", "Orders have the wrong article")
        self.why(
            "haste",
            "I mistype in haste",
            below="wrong",
            finding="root",
            evidence="It feels like it at eleven.",
        )

    def test(self) -> None:
        """A result that was written before there was a prediction: the page says so."""
        self.move("tests")
        self.trial = trials.add_trial(
            self.lead,
            project=self.project,
            what="Two days of reading each order aloud before it is sent.",
            why=self.whys["haste"],
        )
        trials.record_result(
            self.lead,
            trial=self.trial,
            result="No correction in 71 orders.",
            outcome="unclear",
            learned="71 orders with two mistakes expected: none is no proof.",
        )

    def prepare(self, change: date, check: date) -> None:
        """Plan and measure."""
        self.move("plan")
        self.item("Read every order twice before it is sent", "dev", change)
        self.measured("orders_right", change, check)

    def back(self) -> None:
        """No signal, so back to the cause."""
        self.write(
            change="Every order read twice for ten weeks.", result="No signal. It cost me half an hour a day."
        )
        self.move("check")
        self.move(
            "cause",
            "Nothing changed: reading twice does not find these mistakes, so haste is not their cause.",
        )

    def again(self) -> None:
        """The tree gets another branch, and a test of it with a prediction first."""
        causes.find_why(self.lead, why=self.whys["haste"], finding="ruled_out")
        self.why(
            "alike",
            "Sizes of one article stand side by side in the list and differ in the last digit",
            below="wrong",
            evidence="11 of the last 15 corrections were the neighbouring size.",
        )
        trials.add_trial(
            self.lead,
            project=self.project,
            what="A list for one week in which sizes are grouped and named in words.",
            prediction="No wrong size in 300 orders; five would be usual.",
            why=self.whys["alike"],
        )


class LabelsAlike(Told):
    """Under way, without any authority: Ana wants the warehouse, the drivers and sales to use one number."""

    title = "One article number on every label"
    leader = "ana"

    def tell(self) -> None:
        """Up to today's tests."""
        today = self.living.company.today
        self.at(today - 7 * WEEK, self.seen)
        self.at(today - 6 * WEEK, self.cause)
        self.at(today - 2 * WEEK + timedelta(days=1), self.map)
        self.at(today - timedelta(days=4), self.test)
        self.at(today - timedelta(days=3), self.ask_two)

    def seen(self) -> None:
        """Ana raises it."""
        self.raised(
            "ana",
            "The label on the shelf, the one on the parcel and our catalogue have three numbers for one article. "
            "Returns lie for days until somebody finds out what they are.",
            serves="team",
            whom="Returns desk and picking",
            team="Warehouse",
            take_up=True,
        )

    def cause(self) -> None:
        """What is so now, and why."""
        self.move("cause")
        self.write(
            current_state="One return in six waits for its article to be found: two days on average.",
            goal="Whoever holds a parcel can tell the article in ten seconds.",
        )
        self.why("three", "Three numbers for one article")
        self.why("systems", "Each label is printed from another list", below="three")
        self.why(
            "bought",
            "The catalogue came with the shop, the labels with the shelves",
            below="systems",
            finding="root",
        )
        self.why("suppliers", "Suppliers put their own number on the box", below="three")

    def map(self) -> None:
        """Everybody whose support she needs is outside her line."""
        today = self.living.company.today
        company = self.living.company
        self.on_map(
            company.lead_of("Warehouse").id,
            "That no picker loses a minute while the labels change.",
            (today - 5 * WEEK, "doubtful", 3, "said", "Asked who relabels four thousand shelves, and when."),
            (
                today - 2 * WEEK,
                "neutral",
                3,
                "said",
                "One aisle first, he said, and only in the quiet weeks.",
            ),
            did=("showed_data", "Showed the 31 returns of one week that waited for their number."),
        )
        self.on_map(
            company.lead_of("Returns desk").id,
            "Fewer parcels on the floor.",
            (
                today - 5 * WEEK,
                "active",
                2,
                "seen",
                "Counted the waiting returns for a week without being asked.",
            ),
            did=("gave_credit", "Named her count at the top of the page."),
        )
        self.on_map(
            company.lead_of("Inside sales").id,
            "Customers know the catalogue number by heart; it must stay.",
            (today - 4 * WEEK, "against", 2, "said", "Would not give up the catalogue number."),
        )
        self.on_map(
            "greta",
            "No second list to look after.",
            (
                today - 4 * WEEK,
                "neutral",
                2,
                "said",
                "Can print any number, once somebody decides which list counts.",
            ),
            did=("asked_feedback", "Asked what one list would mean for the systems."),
        )

    def test(self) -> None:
        """A prototype with its prediction; the result is still to come."""
        self.move("tests")
        trials.add_trial(
            self.lead,
            project=self.project,
            kind="prototype",
            what="One aisle with the catalogue number on shelf and parcel, for two weeks.",
            prediction="Pickers are as fast as before; returns from that aisle wait less than a day.",
            why=self.whys["bought"],
        )
        self.item(
            "Print the labels of aisle 7", "greta", self.living.company.today - timedelta(days=3), done=False
        )

    def ask_two(self) -> None:
        """She asks for feedback: Dev has answered, and was told what became of it; Farid owes an answer."""
        dev = self.living.actors["dev"]
        first = self.ask_for("dev", "Would you find the article faster with the catalogue number alone?")
        first = feedback.answer(
            dev, request=first, text="Yes, if it is in large digits. Now I need my glasses for it."
        )
        first = feedback.tell(
            self.lead,
            request=first,
            deed="taken_up",
            text="The digits are twice as large on the labels of the aisle.",
        )
        feedback.confirm(dev, request=first, is_so=True)
        self.ask_for("farid", "Could customers live with one number if it is the catalogue's?")


class Unclaimed(Told):
    """Two opportunities that wait for somebody, one of them for long."""

    def tell(self) -> None:
        """Raised, and nothing more."""
        today = self.living.company.today
        packer = self.living.company.members_of("Packing")[1].id
        self.at(today - timedelta(days=12), lambda: self.pallets(packer))
        self.at(today - timedelta(days=41), self.forms)

    def pallets(self, packer: str) -> None:
        """From the warehouse."""
        self.title = "Half-empty pallets leave every evening"
        self.raised(
            packer,
            "The six o'clock lorry took eleven pallets yesterday. I counted: packed full they would have been seven.",
            serves="client",
            whom="Customers who pay the freight",
            team="Packing",
        )

    def forms(self) -> None:
        """From the people office."""
        self.title = "Two forms for one absence"
        self.raised(
            "elif",
            "Whoever is ill fills in a form for us and one for the roster, with the same days on both.",
            serves="team",
            whom="Everybody who is ill",
            team="People office",
        )
