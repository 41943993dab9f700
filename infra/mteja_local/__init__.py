"""The local stack: the same template as on AWS, on an emulator on this machine."""
