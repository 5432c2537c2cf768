"""Two people, one song card: nobody overwrites what they have not seen."""

from pathlib import Path

from tests.studios import person, served


def test_a_card_somebody_corrected_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    with served(tmp_path) as studio:
        anna = person(studio, "anna")
        address = f"/api/songs/{anna.post('/api/songs', json={'title': 'Old', 'artist': 'x'}).json()['id']}"
        seen = anna.get(address).headers["etag"]

        first = anna.patch(address, json={"title": "New"}, headers={"if-match": seen})
        second = anna.patch(address, json={"title": "Lost"}, headers={"if-match": seen})
        third = anna.patch(address, json={"title": "Newer"}, headers={"if-match": second.headers["etag"]})

        assert (first.status_code, second.status_code, third.status_code) == (200, 412, 200)
        assert second.json()["code"] == "stale_card"
        assert anna.get(address).json()["title"] == "Newer"
