"""Ask one page of this container under the portal's public name; ends with 0 when it answers 200."""

import os
import sys
import urllib.request
from urllib.parse import urlsplit

headers = {"Host": urlsplit(os.environ["PUBLIC_URL"]).netloc, "X-Forwarded-Proto": "https"}
request = urllib.request.Request(sys.argv[1], headers=headers)  # noqa: S310 (the address is ours, from docker-compose.yml)
with urllib.request.urlopen(request, timeout=4) as answer:  # noqa: S310
    sys.exit(answer.status != 200)
