#include "views/widgets/page.h"
