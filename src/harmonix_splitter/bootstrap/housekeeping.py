"""Looking after the house, with what the other rooms tell about themselves."""

from dataclasses import asdict

from harmonix_splitter import __version__
from harmonix_splitter.bootstrap.accounts import accounts
from harmonix_splitter.bootstrap.doctor import doctor
from harmonix_splitter.bootstrap.jobs import jobs
from harmonix_splitter.bootstrap.library import library
from harmonix_splitter.bootstrap.parts import Parts
from harmonix_splitter.services.housekeeping import House, HousekeepingService


def housekeeping(parts: Parts) -> HousekeepingService:
    from harmonix_splitter.adapters.storage.log_book import DiskRoom, LogFile

    people, record, shelf = accounts(parts).people, jobs(parts).record, library(parts)
    house = House(
        users=people.users.count,
        jobs=lambda: {str(status): count for status, count in record.count().items()},
        library=lambda: asdict(shelf.numbers()),
        settings=lambda: parts.settings.rows(),
        findings=lambda: doctor(parts).examine(),
        takes_browser_errors=lambda: parts.settings.logging.browser_errors,
    )
    settings = parts.settings
    return HousekeepingService(
        house,
        LogFile(settings.log_file),
        DiskRoom(settings.data_dir),
        parts.clock,
        __version__,
        parts.clock.now(),
    )
