"""Pages of GET /v1/events: any size, any order, and whole while others import."""

import threading
import unittest

from events_case import (CorpusCase, EventsCase, address, linked, small_file, small_record,
                         split_events, utc)
from traild import PATIENCE, Traild

START = 1790000000


class TestPages(CorpusCase):
    def test_pages_of_any_size_hold_the_same_list(self):
        for order in ("desc", "asc", "arrival"):
            whole = self.walk(self.server, [], order=order, limit=1000)
            self.check_same(whole, self.stored)
            self.check_order(whole, order)
            for limit in (3, 17, 100):
                with self.subTest(order=order, limit=limit):
                    self.assertEqual(self.walk(self.server, [], order=order, limit=limit), whole)

    def test_upwards_is_downwards_reversed(self):
        down = self.walk(self.server, [], order="desc", limit=1000)
        self.assertEqual(self.walk(self.server, [], order="asc", limit=1000), down[::-1])

    def test_pages_of_one_event(self):
        filters = [("service", "iam"), ("region", "eu-west-1")]
        whole = self.walk(self.server, filters)
        self.assertEqual(self.walk(self.server, filters, limit=1), whole)

    def test_a_full_last_page_has_no_next_one(self):
        count = len(self.stored)
        if count > 1000:
            self.skipTest("more events than a page may hold")
        answer = self.page(self.server, address([], limit=count, view="summary"))
        self.assertEqual(len(answer.json()["events"]), count)
        self.assertIsNone(answer.json()["next_cursor"])
        self.assertIsNone(answer.header("Link"))

    def test_the_link_is_the_whole_address_of_the_next_page(self):
        filters = [("user_agent", "*a*"), ("account.not", "777788889999"),
                   ("from", "2010-01-01T00:00:00+01:00")]
        first = self.page(self.server, address(filters, limit=5))
        asked = address(filters, limit=5, cursor=first.json()["next_cursor"])
        self.assertEqual(self.page(self.server, linked(first)).body,
                         self.page(self.server, asked).body)

    def test_size_and_view_may_change_between_pages(self):
        whole = split_events(self.page(self.server, address([], limit=10)))
        first = self.page(self.server, address([], limit=4, view="summary"))
        cursor = first.json()["next_cursor"]
        second = self.page(self.server, address([], limit=6, cursor=cursor))
        self.assertEqual(split_events(second), whole[4:])

    def test_the_order_of_parameters_does_not_matter_to_a_cursor(self):
        filters = [("region", "eu-*"), ("region", "us-east-1"), ("read_only.not", "true")]
        first = self.page(self.server, address(filters, limit=2))
        cursor = first.json()["next_cursor"]
        self.assertIsNotNone(cursor)
        forward = self.page(self.server, address(filters, limit=2, cursor=cursor))
        backward = self.page(self.server, address(filters[::-1], limit=2, cursor=cursor))
        self.assertEqual(forward.json()["events"], backward.json()["events"])


class ImportingCase(EventsCase):
    def setUp(self):
        self.server = Traild()
        self.addCleanup(self.server.close)

    def upload(self, records):
        receipt = self.server.upload(small_file(records)).json()
        self.assertEqual(receipt["inserted"], len(records))


class TestWhileImporting(ImportingCase):
    def test_pages_neither_repeat_nor_skip(self):
        for order in ("desc", "asc"):
            with self.subTest(order):
                self.pages_during_imports(order)

    def pages_during_imports(self, order):
        """Between two pages events arrive on both sides of the cursor."""
        first = [self.record(f"{order} {n}", n % 40, order) for n in range(120)]
        self.upload(first)
        seen, query = [], {}
        for batch in range(1000):
            answer = self.page(self.server, address(
                [("region", order)], order=order, limit=7, view="summary", **query))
            seen += self.ids(answer)
            if answer.json()["next_cursor"] is None:
                break
            query = {"cursor": answer.json()["next_cursor"]}
            if batch < 10:
                self.upload([self.record(f"late {order} {batch} {n}", n, order)
                             for n in range(0, 40, 9)])
        self.assertEqual(len(seen), len(set(seen)), "an event came twice")
        wanted = {record["eventID"] for record in first}
        self.assertEqual(set(seen) & wanted, wanted)

    @staticmethod
    def record(name, second, region):
        return small_record(name, utc(START + second), awsRegion=region)

    def test_a_cursor_outlives_the_server(self):
        self.upload([small_record(n, utc(START + n)) for n in range(30)])
        for order in ("desc", "asc", "arrival"):
            with self.subTest(order):
                whole = self.ids(self.page(self.server, address([], order=order)))
                first = self.page(self.server, address([], order=order, limit=10))
                self.server.restart()
                cursor = first.json()["next_cursor"]
                second = self.page(self.server, address([], order=order, cursor=cursor))
                self.assertEqual(self.ids(first) + self.ids(second), whole)


class TestArrivals(ImportingCase):
    """Whoever keeps the cursor of order=arrival misses nothing, however old it is when it comes."""

    UPLOADERS, FILES, EVENTS = 3, 20, 5

    def follow(self, wanted, seen, stop):
        """What a poller does: keep the cursor and ask again, whether or not something came."""
        query = {}
        while len(seen) < wanted and not stop.is_set():
            answer = self.page(self.server, address([], order="arrival", limit=9, **query))
            seen += [(event["import"], event["event_id"]) for event in answer.json()["events"]]
            if answer.json()["next_cursor"]:
                query = {"cursor": answer.json()["next_cursor"]}

    def names(self):
        return {f"{u}.{n}.{e}" for u in range(self.UPLOADERS)
                for n in range(self.FILES) for e in range(self.EVENTS)}

    def upload_many(self, uploader):
        """Each file older than the one before."""
        for n in range(self.FILES):
            self.upload([small_record(f"{uploader}.{n}.{e}", utc(START - 977 * n + 13 * e))
                         for e in range(self.EVENTS)])

    def test_whoever_follows_arrivals_misses_nothing(self):
        seen, stop = [], threading.Event()
        follower = threading.Thread(target=self.follow, args=(len(self.names()), seen, stop))
        uploaders = [threading.Thread(target=self.upload_many, args=(number,))
                     for number in range(self.UPLOADERS)]
        for thread in [follower, *uploaders]:
            thread.start()
        for thread in uploaders:
            thread.join()
        follower.join(PATIENCE)
        stop.set()
        follower.join()
        self.assertEqual({name for _, name in seen}, self.names())
        self.assertEqual(len(seen), len(self.names()))
        self.assertEqual([number for number, _ in seen], sorted(number for number, _ in seen))

    def test_the_cursor_waits_for_the_next_import(self):
        self.upload([small_record("first", utc(START))])
        first = self.page(self.server, address([], order="arrival"))
        self.assertEqual(self.ids(first), ["first"])
        cursor = first.json()["next_cursor"]
        again = self.page(self.server, address([], order="arrival", cursor=cursor))
        self.assertEqual(self.ids(again), [])
        self.assertIsNone(again.json()["next_cursor"])
        self.upload([small_record("much older", utc(1000000000))])
        third = self.page(self.server, address([], order="arrival", cursor=cursor))
        self.assertEqual(self.ids(third), ["much older"])

    def test_an_empty_store_has_no_cursor_yet(self):
        first = self.page(self.server, address([], order="arrival"))
        self.assertEqual(self.ids(first), [])
        self.assertIsNone(first.json()["next_cursor"])


if __name__ == "__main__":
    unittest.main()
