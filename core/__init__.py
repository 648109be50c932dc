"""What every app stands on: pages and their publish gate, encryption, audit, page cache, search, registries."""
