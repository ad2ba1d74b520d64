"""Projects of the demo company whose result was checked: it worked, it lasts, it faded."""

from __future__ import annotations

from datetime import date, timedelta

from leanship.demo.stories import (
    BENS_CHECK,
    BENS_SHIFT,
    CHECKED_AFTER,
    CLARAS_CHANGE,
    FARIDS_SHIFT,
)
from leanship.demo.telling import AGAIN, EURO, HOUR, WEEK, Told
from leanship.features.projects.actions import project, talk, trials


class SlipsOfPaper(Told):
    """It worked: eleven weeks, and the check says improved. What is left is to make it the standard."""

    title = "Type telephone orders straight in"
    leader = "ben"

    def tell(self) -> None:
        """From Ana's slip of paper to the check."""
        change = self.change_on(BENS_SHIFT)
        check = change + BENS_CHECK * WEEK
        warehouse = self.living.company.lead_of("Warehouse").id
        sales = self.living.company.lead_of("Field sales").id
        self.at(change - 10 * WEEK, self.slip)
        self.at(change - 9 * WEEK, lambda: project.take_up(self.lead, project=self.project))
        self.at(change - 8 * WEEK, self.look)
        self.at(change - 7 * WEEK, self.ask_why)
        self.at(change - 5 * WEEK, self.predict)
        self.at(change - 3 * WEEK, self.found_out)
        self.at(change - 2 * WEEK, lambda: self.prepare(change, check), "ben")
        self.at(change - 1 * WEEK, lambda: self.map(warehouse, sales))
        self.at(change, self.begin)
        self.at(check, self.judged, "ben")
        self.at(check + timedelta(days=1), self.claim)
        self.at(check + timedelta(days=4), lambda: self.confirmed("farid"))

    def slip(self) -> None:
        """Ana raises it, Ben takes it up a week later."""
        self.raised(
            "ana",
            "A customer rang at nine about an order he had given by telephone the day before. I found it on a "
            "paper slip in the tray, not yet typed in. There were fourteen more slips under it.",
            serves="client",
            whom="Workshops that order by telephone",
            team="Order desk",
        )

    def look(self) -> None:
        """The current state, and the goal."""
        project.add_member(self.lead, project=self.project, person=self.living.people["ana"])
        self.move("cause")
        self.write(
            current_state="Four orders in ten come by telephone. They are written on slips, and typed in at ten and "
            "at three. A slip waits 2.6 hours on average; the customer waits with it.",
            goal="Orders from the telephone reach the warehouse as fast as all others: three hours sooner, "
            "without more mistakes.",
        )

    def ask_why(self) -> None:
        """The tree of causes, one branch of which was ruled out."""
        self.why("late", "Telephone orders reach the warehouse hours later than others")
        self.why("slips", "They lie on paper slips until somebody types them", below="late")
        self.why("batches", "Slips are typed in two batches a day", below="slips")
        self.why("slow", "Typing while talking was thought to be too slow", below="batches")
        self.why(
            "untried",
            "The form was slow years ago; nobody tried again since it changed",
            below="slow",
            finding="root",
            evidence="Ana typed ten orders during the call: 20 seconds longer each, and no slip.",
        )
        self.why(
            "fields",
            "The form asks for fields that a caller cannot answer",
            below="slips",
            finding="ruled_out",
            evidence="All 40 slips of one day had every field that must be filled.",
        )
        self.write(cause="Nobody had tried to type during the call since the new order form came.")

    def map(self, warehouse: str, sales: str) -> None:
        """Whose support it takes: two of the three are outside Ben's line."""
        on = self.change_on(BENS_SHIFT)
        self.on_map(
            "dev",
            "Callers must not feel that he is busy with the keyboard.",
            (on - 7 * WEEK, "against", 2, "said", "Said in the morning round that he cannot talk and type."),
            (on - 3 * WEEK, "for", 2, "seen", "Typed the whole morning without a slip, and showed Ana how."),
            did=("tried_together", "Sat beside him for a morning with the headset."),
        )
        self.on_map(
            warehouse,
            "No peak of orders at half past three.",
            (on - 6 * WEEK, "doubtful", 3, "said", "Asked whether orders would then come in drops all day."),
            (on - 2 * WEEK, "for", 3, "said", "Would like it before the winter season."),
            did=("showed_data", "Showed the arrival of orders by the hour."),
        )
        self.on_map(
            sales,
            "That customers still reach somebody at once.",
            (on - 6 * WEEK, "neutral", 1, "seen", "Read the page and had no question."),
        )

    def predict(self) -> None:
        """The prediction comes before the result."""
        self.move("tests")
        self.trial = trials.add_trial(
            self.lead,
            project=self.project,
            what="Ana and two colleagues type every call straight in for a week. The others go on as before.",
            prediction="Their lead time falls by at least two hours; calls take less than half a minute longer.",
            why=self.whys["untried"],
        )

    def found_out(self) -> None:
        """And the result says what was learned."""
        assert self.trial is not None
        trials.record_result(
            self.lead,
            trial=self.trial,
            result="2.9 hours faster. Calls took 22 seconds longer; 3 of 212 orders needed a correction.",
            outcome="as_predicted",
            learned="The first day was slow for everybody. Two hours beside a colleague are enough.",
        )

    def prepare(self, change: date, check: date) -> None:
        """The plan, and what it will be judged by, fixed beforehand."""
        self.move("plan")
        self.item("Everybody sits two hours beside somebody who can", "ana", change - timedelta(days=3))
        self.item("Headsets for the four who have none", "ben", change - timedelta(days=5))
        self.item("Take the trays for slips away", "dev", change)
        self.measured("lead_time", change, check)

    def begin(self) -> None:
        """The change is led."""
        self.move("change")
        self.write(change="Since Monday every call is typed straight in. The trays are gone.")
        talk.comment(
            self.living.actors["clara"],
            project=self.project,
            text="Could customer care do the same? Ana, would you show it to them in the new year?",
        )

    def claim(self) -> None:
        """The result, and what it saves."""
        self.move("check")
        self.write(
            result="Three hours faster since the first week, and it stayed so. Mistakes have not risen."
        )
        self.saves("farid", kind="hours", target=400 * HOUR, forecast=520 * HOUR, actual=480 * HOUR)
        self.item(
            "Write it into the desk's handbook",
            "ana",
            self.living.company.today + timedelta(days=9),
            done=False,
        )


class OnePriceList(Told):
    """It worked, it held after 90 days, and it is the standard."""

    title = "Quote from one price list"
    leader = "farid"

    def tell(self) -> None:
        """From five lists to one."""
        change = self.change_on(FARIDS_SHIFT)
        check = change + CHECKED_AFTER * WEEK
        again = check + AGAIN + timedelta(days=8)  # when the figure of its last week is there
        self.at(change - 8 * WEEK, self.five_lists)
        self.at(change - 7 * WEEK, self.cause)
        self.at(change - 6 * WEEK, self.predict)
        self.at(change - 4 * WEEK, self.found_out)
        self.at(change - 2 * WEEK, lambda: self.prepare(change, check), "farid")
        self.at(change, lambda: self.move("change"))
        self.at(check, self.judged, "farid")
        self.at(check + timedelta(days=2), self.claim)
        self.at(check + timedelta(days=9), lambda: self.confirmed("clara"))
        self.at(again, self.judged, "farid")
        self.at(again + timedelta(days=5), self.end)

    def five_lists(self) -> None:
        """Farid raises it himself."""
        self.raised(
            "farid",
            "Five price lists are in use. Whoever writes a quote asks first which one holds for this customer.",
            serves="client",
            whom="Whoever asks us for a quote",
            team="Sales",
            take_up=True,
        )

    def cause(self) -> None:
        """Why quotes take so long."""
        self.move("cause")
        self.write(
            current_state="A quote takes nine and a half working hours. Six of them are spent asking.",
            goal="A quote leaves the house on the day of the request.",
        )
        self.why("asking", "Most of the time goes into asking which price holds")
        self.why(
            "lists",
            "There are five lists, and no rule for which one counts",
            below="asking",
            finding="root",
            evidence="28 of 30 quotes of one week had a question about the list.",
        )
        self.why(
            "approval",
            "Discounts need a signature",
            below="asking",
            finding="ruled_out",
            evidence="Only 2 of the 30 had a discount that needs one.",
        )

    def predict(self) -> None:
        """One region tries first."""
        self.move("tests")
        self.trial = trials.add_trial(
            self.lead,
            project=self.project,
            kind="prototype",
            what="Inside sales quotes two weeks from one list that was put together by hand.",
            prediction="Under eight hours a quote, and no more than one question a day.",
            why=self.whys["lists"],
        )

    def found_out(self) -> None:
        """As predicted."""
        assert self.trial is not None
        trials.record_result(
            self.lead,
            trial=self.trial,
            result="7.6 hours; four questions in two weeks.",
            outcome="as_predicted",
            learned="Ten customers have prices of their own; they belong on the list, with a mark.",
        )

    def prepare(self, change: date, check: date) -> None:
        """Plan and measure."""
        self.move("plan")
        self.item("Put the five lists together, own prices marked", "farid", change - timedelta(days=4))
        self.measured("quote_time", change, check)

    def claim(self) -> None:
        """What it saves, in money."""
        self.move("check")
        self.write(
            change="All quotes come from the one list since that Monday.",
            result="One and a half hours faster on average, from the second week on.",
        )
        self.saves("clara", kind="money", target=30_000 * EURO, forecast=36_000 * EURO, actual=34_500 * EURO)

    def end(self) -> None:
        """It held, so it is the standard."""
        self.move("standard")
        self.write(standard="One list, kept by inside sales, new every Monday. Own prices are marked on it.")
        project.end_project(self.lead, project=self.project, outcome="standardised", reason="")


class FixedTours(Told):
    """It worked, and then it faded: the check after 90 days found the gain gone."""

    title = "Fixed tours for regular customers"
    leader = "clara"

    def tell(self) -> None:
        """From the tours to their end."""
        change = self.change_on(CLARAS_CHANGE)
        check = change + CHECKED_AFTER * WEEK
        self.at(change - 6 * WEEK, self.seen)
        self.at(change - 5 * WEEK, self.cause)
        self.at(change - 2 * WEEK, lambda: self.prepare(change, check), "clara")
        self.at(change, lambda: self.move("change"))
        self.at(check, self.judged, "clara")
        self.at(check + timedelta(days=3), self.claim)
        self.at(check + timedelta(days=10), lambda: self.confirmed("elif"))
        self.at(check + AGAIN + timedelta(days=8), self.judged, "clara")

    def seen(self) -> None:
        """Clara raises it."""
        self.raised(
            "clara",
            "Every morning the tours are planned anew. Regular customers never know when we come, and we often "
            "find nobody there.",
            serves="client",
            whom="Customers with a standing order",
            team="Transport",
            take_up=True,
        )

    def cause(self) -> None:
        """Straight to a plan: acting first, and analysing later."""
        self.write(
            current_state="About 96 of 100 drops come within the hour promised.",
            goal="98 of 100, without another van.",
        )
        self.why("nobody", "Drivers find nobody, and come again later")
        self.why(
            "hour",
            "The customer does not know the hour",
            below="nobody",
            finding="root",
            evidence="17 of 20 second drops in May were at customers with a standing order.",
        )
        self.move("plan", "The fixed tours can be tried at once; we look at the causes while they run.")

    def prepare(self, change: date, check: date) -> None:
        """Plan and measure."""
        planner = self.living.company.lead_of("Route planning").id
        self.item(
            "Fixed tours for the 60 customers with a standing order", planner, change - timedelta(days=6)
        )
        self.item("Tell the customers their hour", "clara", change - timedelta(days=2))
        self.measured("on_time", change, check)

    def claim(self) -> None:
        """Ten weeks in, all is well."""
        self.move("check")
        self.write(
            change="Sixty customers have their hour since that Monday.",
            result="More than 98 of 100 in time. No van was added.",
        )
        self.saves("elif", kind="money", target=12_000 * EURO, forecast=15_000 * EURO, actual=14_000 * EURO)
