"""Acts on several tasks at once: how many at most."""

TOGETHER_MOST = 50  # tasks granted in one act
