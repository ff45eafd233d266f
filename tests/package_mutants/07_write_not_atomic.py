"""The checkpoint is written over the old one."""

module = "training"
function = "write_atomically"
old = "        os.replace(temporary, path)"
new = "        path.write_bytes(content)"
tests = ["07_training/test_training.py"]
