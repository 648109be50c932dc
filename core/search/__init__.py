"""Search for Chinese text: every character is indexed on its own, and a typed word is a phrase of characters."""
