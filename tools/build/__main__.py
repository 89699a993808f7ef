import sys

from tools.build.notebooks import main

sys.exit(main())
