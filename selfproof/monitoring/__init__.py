"""What stored decisions tell about a policy: back-tests, calibration and figures to watch."""
