#include "tests/support/testpermit.h"
