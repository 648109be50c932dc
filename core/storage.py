"""Storage that no address serves: uploads by visitors, exports, evidence."""

from typing import NoReturn

from django.core.files.storage import FileSystemStorage, Storage, storages


class PrivateFileStorage(FileSystemStorage):
    """Files readable by this process only (0600 in folders 0700); asking for an address is an error."""

    def __init__(self, location: str) -> None:
        super().__init__(location=location, file_permissions_mode=0o600, directory_permissions_mode=0o700)

    def url(self, name: str | None) -> NoReturn:
        raise ValueError("A private file has no address: serve it through an authorised view.")


def private_storage() -> Storage:
    """Return the storage for private files, as a callable so that migrations do not record its settings."""
    return storages["private"]
