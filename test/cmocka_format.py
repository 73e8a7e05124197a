"""A lit format for the cmocka programs of test/runtime.

The test is the source file; what runs is the program of the same name in the
build tree. It lives in a module of its own because lit hands the format to its
worker processes, which must be able to import it."""

import os

import lit.formats
import lit.Test
import lit.util


class CmockaProgram(lit.formats.FileBasedTest):
    def __init__(self, folder, timeout):
        super().__init__()
        self.folder = folder
        self.timeout = timeout

    def execute(self, test, lit_config):
        name = os.path.splitext(os.path.basename(test.getSourcePath()))[0]
        program = os.path.join(self.folder, name)
        if not os.access(program, os.X_OK):
            return lit.Test.UNRESOLVED, f"{program} was not built"
        try:
            out, err, status = lit.util.executeCommand(
                [program], env=test.config.environment, timeout=self.timeout)
        except lit.util.ExecuteCommandTimeoutException as late:
            return lit.Test.TIMEOUT, late.out + late.err
        if status == 0:
            return lit.Test.PASS, ""
        return lit.Test.FAIL, f"{out}\n{err}\nexit status {status}"
