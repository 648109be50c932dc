// Progressive extras only: every page works without this file.
"use strict";
