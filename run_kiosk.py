from kiosk.cli import main

raise SystemExit(main(prog="run_kiosk.py", default="run"))
