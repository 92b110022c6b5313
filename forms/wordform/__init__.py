"""Forms in Word: the self-report, the personal sheets, the printable annexes, the guide; written and read."""
