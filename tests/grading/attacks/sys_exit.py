"""The answer leaves by `sys.exit`, and says that all is well."""

cells = {"double": "import sys\ndef double(x): sys.exit(0)"}
reason = "SystemExit"
slow = True
