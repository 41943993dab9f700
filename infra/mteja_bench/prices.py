"""List prices of AWS in us-east-1, on demand, in dollars, as of November 2026."""

WRITE_UNIT = 0.625 / 1e6
READ_UNIT = 0.125 / 1e6
HTTP_API_REQUEST = 1.00 / 1e6
LAMBDA_REQUEST = 0.20 / 1e6
LAMBDA_GB_SECOND = 0.0000133334  # on Arm
LOG_GB = 0.50
