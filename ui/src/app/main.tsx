// SPDX-License-Identifier: Apache-2.0
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { HintProvider } from '@/widgets/hint';
import { applyTheme } from '@/widgets/preferences';
import { preloadPage } from './routes';
import { Shell } from './shell';
import './fonts.css';
import '@/widgets/tokens.css';
import '@/widgets/base.css';

applyTheme();

const client = new QueryClient({
  defaultOptions: { queries: { refetchOnWindowFocus: false, networkMode: 'always' } },
});

preloadPage(window.location.pathname, client);

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={client}>
        <HintProvider>
          <Shell />
        </HintProvider>
      </QueryClientProvider>
    </StrictMode>,
  );
}
